"""How providers speak: one file per provider, grouped by channel (`sms/twilio.py`, `email/ses.py`).

Comes in: a peeled body. Goes out: normalised items. A provider file is read from top to bottom: where its facts come from, status
map, what is personal, what it recognises, how it is normalised, sample payloads. It ends with `PROVIDER = Provider(...)`, and the
registry finds it by existing: adding one touches nothing else.
"""
