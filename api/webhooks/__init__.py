"""The door for providers: takes their webhooks, proves who sent them, queues the bytes on SQS and answers as each provider expects.

Comes in: HTTP as a provider sends it. Goes out: one SQS message per request (domain/requests.py reads it), and only then the answer: a
success was durably queued (law 4). What cannot be proved is refused, or quarantined by the bridge where a refusal would make the provider
switch the webhook off (T-39). Nothing is normalised here; app.py is the way of one request.
"""
