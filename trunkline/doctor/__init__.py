"""The doctor: looks at everything a deployment stands on, and says what is wrong and what to do about it.

Comes in: the settings. Goes out: findings, a sentence each. checks/ holds one file per thing that is looked at; each exports
`async check(settings) -> list[Finding]` and is found by existing. It changes nothing.
"""
