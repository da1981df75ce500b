"""Twilio Voice on a queue of its own. All of it, with its sources, is in domain/channels/twilio_voice.py.

CallSid=CA..&AccountSid=AC..&From=%2B14155550123&To=%2B14155550100&CallStatus=ringing&Direction=inbound
"""

from domain.channels.twilio_voice import provider

PROVIDER = provider("twilio_call", "Call")
