"""Twilio Voice beside other providers of calls. All of it, with its sources, is in domain/channels/twilio_voice.py.

CallSid=CA..&AccountSid=AC..&From=%2B14155550123&To=%2B14155550100&CallStatus=completed&CallDuration=42&CallbackSource=call-progress-events
"""

from domain.channels.twilio_voice import provider

PROVIDER = provider("voice", "Call")
