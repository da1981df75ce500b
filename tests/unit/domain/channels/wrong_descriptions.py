"""A small description, and everything that can be wrong with one: (what is written, what is told)."""
# ruff: noqa: E501  # one problem, one line

import re

SMALL = """
version: 1
channel: sms
name: small
label: SMS
source: https://docs.small.example/
form: json
kinds:
  - meaning: message.received
    when: {present: from}
    id: id
    sender: from
    text: text
"""


def changed(**keys: str) -> str:
    """SMALL with some keys, or lines of its only kind, written otherwise."""
    text = SMALL
    for key, line in keys.items():
        text = re.sub(rf"(?m)^(\s*(?:- )?){key}:.*$", rf"\g<1>{line}", text)
    return text


def in_kind(*lines: str, instead_of: str = "") -> str:
    text = re.sub(rf"(?m)^    {instead_of}:.*\n", "", SMALL) if instead_of else SMALL
    return text + "".join(f"    {line}\n" for line in lines)


WRONG: tuple[tuple[str, str], ...] = (
    # YAML itself
    ("", "the description is empty; write the keys of a description"),
    ("version: 1\nname: [", "line 3: is no YAML: did not find expected node content; look at the signs and the indent there"),
    ("\0", "the description is no YAML: it holds signs that no text has, or lists without end"),
    ("\ud800", "the description is no YAML: it holds signs that no text has, or lists without end"),
    ("- a list", "line 1: is no list of keys; write `version: 1` in the first line"),
    ("x" * 70_000, "the description is longer than 65,536 characters; describe one provider only"),
    (f"{SMALL}label: Again\n", "line 14, label: stands there twice; keep one"),
    (SMALL.replace("id: id", "id: &a [id]").replace("text: text", "text: *a"), "line 13, kinds.0.text: refers to something else, or is nested too deeply; write it out"),
    (f"{SMALL}? [a]\n: b\n", "line 2: has a key that is no name; write names only"),
    # keys and values
    (f"{SMALL}labels: SMS\n", "line 14, labels: is no key here; did you mean label?"),
    (f"{SMALL}pigeons: 7\n", "line 14, pigeons: is no key here"),
    (SMALL.replace("name: small\n", ""), "name: is missing; write a name of small letters, digits and _ that begins with a letter"),
    (SMALL.replace("form: json\n", ""), "form: is missing; write one of json, form, query"),
    (SMALL.partition("kinds")[0], "kinds: is missing; write a list, each element with a dash before it"),
    (in_kind(instead_of="when"), "line 9, kinds.0.when: is missing; write its keys: present, absent, equals, begins"),
    (changed(version="version: 2"), "line 2, version: is '2', which is none of 1"),
    (changed(form="form: jsonn"), "line 7, form: is 'jsonn', which is none of json, form, query; did you mean json?"),
    (changed(channel="channel: smss"), "line 3, channel: is 'smss', which is none of {channels}; did you mean sms?"),
    (changed(name="name: Small One"), "line 4, name: is 'Small One'; write a name of small letters, digits and _ that begins with a letter"),
    (changed(label="label:"), "line 5, label: is empty; write a text"),
    (changed(source="source: http://docs.example"), "line 6, source: has 'http://docs.example'; write addresses of pages, each beginning with https://"),
    (f"{SMALL}international: yes\n", "line 14, international: is 'yes'; write true or false"),
    (f"{SMALL}international: true\ncountry: KE\n", "line 15, country: cannot be: numbers are international; keep one of the two"),
    (f"{SMALL}country: Kenya\n", "line 14, country: is 'Kenya'; write the two capital letters of a country, like KE"),
    (f"{SMALL}personal: {{a: b}}\n", "line 14, personal: is a set of keys; write a text or a list of texts"),
    (f"{SMALL}reply: {{status: 500}}\n", "line 14, reply.status: is '500'; write a number from 200 to 299"),
    (f"{SMALL}reply: thanks\n", "line 14, reply: must have keys of its own: body, content_type, status"),
    (SMALL.partition("kinds")[0] + "kinds: message.received\n", "line 8, kinds: must be a list, each element with a dash before it and with the keys meaning, when"),
    # places
    (changed(sender="sender: from..phone"), "line 12, kinds.0.sender: has 'from..phone', which is no path; write names and list positions with one dot between, like messages.0.from"),
    (changed(sender="sender: {a: b}"), "line 12, kinds.0.sender: is a set of keys; write where the value stands, like messages.0.from, or a list of such places"),
    (changed(when="when: {equals: {a.: b}}"), "line 10, kinds.0.when.equals: has 'a.', which is no path; write names and list positions with one dot between, like messages.0.from"),
    (f"{SMALL}items: [a]\n", "line 14, items: is a list; write where the value stands, like messages.0.from"),
    # kinds
    (changed(meaning="meaning: message.receive"), "line 9, kinds.0.meaning: is 'message.receive', which is none of {meanings}; did you mean message.received?"),
    (changed(when="when: {absent: to}"), "line 10, kinds.0.when: would hold for anything; write present, equals or begins"),
    (in_kind(instead_of="id"), "line 9, kinds.0.id: is missing; write where the provider's own id stands, without which the same thing sent again would count twice"),
    (in_kind(instead_of="sender"), "line 9, kinds.0.sender: is missing; write where the person's address stands"),
    (in_kind("direction: outbound"), "line 9, kinds.0.receiver: is missing; write where the person's address stands"),
    (changed(meaning="meaning: message.status"), "line 9, kinds.0.statuses: is missing; message.status is nothing without it"),
    (changed(meaning="meaning: message.reaction"), "line 9, kinds.0.about: is missing; message.reaction is nothing without it"),
    (changed(meaning="meaning: identity.changed"), "line 9, kinds.0.successor: is missing; identity.changed is nothing without it"),
    (changed(meaning="meaning: consent.changed"), "line 9, kinds.0.consent: is missing; consent.changed is nothing without it"),
    (in_kind("statuses: {Sent: sent}"), "line 14, kinds.0.statuses: has no use, because message.received reports nothing about a message of ours; leave it out"),
    (changed(meaning="meaning: email.bounced") + "    statuses: {hard: failed}\n", "line 9, kinds.0.status: is missing; statuses says what its values mean"),
    (in_kind("statuses: {Sent: delivred}"), "line 14, kinds.0.statuses.Sent: is 'delivred', which is none of {statuses}; did you mean delivered?"),
    (in_kind("statuses: sent"), "line 14, kinds.0.statuses: is 'sent'; write names with values, one a line"),
    (in_kind("categories: {7: bouncd}"), "line 14, kinds.0.categories.7: is 'bouncd', which is none of invalid, bounced, timed_out, blocked, spam, unsubscribed, rate_limited, window, other; did you mean bounced?"),
    (in_kind("time_format: ISO"), "line 14, kinds.0.time_format: is 'ISO', which is none of iso, unix, rfc2822, naive, minute; did you mean iso?"),
    (in_kind("decode: {}"), "line 14, kinds.0.decode: says no way; write always, or by and values"),
    (in_kind("decode: {by: charset}"), "line 14, kinds.0.decode: needs by and values together: where it is said, and the way for each value"),
    (in_kind("decode: {always: hex_utf16}"), "line 14, kinds.0.decode.always: is 'hex_utf16', which is none of percent_utf8, percent_latin1, percent_utf16be, hex_utf8, hex_latin1, hex_utf16be, base64_utf8, base64_latin1, base64_utf16be; did you mean hex_utf16be?"),
    (in_kind("media: {name: title}"), "line 14, kinds.0.media: says no place; write items, url or both"),
    # signatures
    (f"{SMALL}signatures: [{{scheme: hmacc, secret: KEY}}]\n", "line 14, signatures.0.scheme: is 'hmacc', which is none of {schemes}; did you mean hmac?"),
    (f"{SMALL}signatures: [{{scheme: hmac, secret: KEY, parameters: {{headr: X}}}}]\n", "line 14, signatures.0.parameters.headr: is no parameter of hmac, which has header, prefix, encoding, digest; did you mean header?"),
    (f"{SMALL}signatures: [{{scheme: hmac, secret: KEY, parameters: {{digest: md5}}}}]\n", "line 14, signatures.0.parameters: do not fit: signature scheme 'hmac': Invalid enum value 'md5' - at `$.digest`"),
    (f"{SMALL}signatures: [{{scheme: hmac, secret: KEY, mandatory: header}}]\n", "line 14, signatures.0.header: is missing; write which one every request must have"),
    (f"{SMALL}signatures: [{{scheme: hmac, secret: my key}}]\n", "line 14, signatures.0.secret: is 'my key'; write the name of a setting, like LIGHTHOUSE_SECRET"),
    # examples
    (f"{SMALL}examples: [{{name: a, body: {{}}, outcome: message.receive}}]\n", "line 14, examples.0.outcome: has 'message.receive', which is no meaning; did you mean message.received?"),
    (f"{SMALL}examples: [{{name: a, body: {{}}, outcome: rejected}}]\n", "line 14, examples.0.outcome: has 'rejected' without a reason; write it like rejected:missing_field"),
    (f"{SMALL}examples: [{{name: a, body: {{}}, outcome: 'message.status:sendt'}}]\n", "line 14, examples.0.outcome: has 'sendt', which is none of {statuses}; did you mean sent?"),
    (f"{SMALL}examples:\n  - {{name: a, body: {{}}, outcome: unknown}}\n  - {{name: a, body: {{}}, outcome: unknown}}\n", "line 14, examples: has two that are called a; give each a name of its own"),
    (changed(form="form: form") + "examples: [{name: a, body: [1], outcome: unknown}]\n", "line 14, examples.0.body: is neither a text nor names with values, of which forms are made"),
    (f"{SMALL}examples: [{{name: a, body: {{from: '+14155550123', id: m}}, outcome: unknown}}]\n", "example a: comes to message.received, not to unknown"),
    (f"{SMALL}examples: [{{name: a, body: '<xml/>', outcome: unknown}}]\n", "example a: is nothing that can be read; is the form right?"),
    (f"{SMALL}examples: [{{name: a, body: {{id: m}}, outcome: unknown}}]\n", "example a: is not recognised; what holds for it must be in the description's `when`, or in one of a kind"),
)  # fmt: skip
