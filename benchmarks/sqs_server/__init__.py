"""An SQS server that is fast enough not to be what a benchmark measures, with faults on demand for the crash tests.

Queues over the JSON 1.0 protocol on 127.0.0.1, in memory, any credentials. Semantics follow the Amazon SQS API reference
(2012-11-05); tests/contract/sqs_server holds it and ElasticMQ to one suite.
`python -m benchmarks.sqs_server --port 9325`
"""
