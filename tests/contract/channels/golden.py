"""What every example became when somebody last looked: `python -m tests.contract.channels.golden` writes it, the diff is read, then
committed. One line per example; what says nothing is left out.
"""

import json
from pathlib import Path
from typing import Any

from domain.channels.provider import Example, Provider
from domain.channels.registry import channels, providers
from domain.normalised import Asked, normalised
from domain.signatures import Request

FOLDER = Path(__file__).parent / "golden"


def path_of(provider: Provider) -> Path:
    return FOLDER / provider.channel / f"{provider.name}.jsonl"


def text_of(provider: Provider) -> str:
    """The file's content for the code as it is."""
    lines = [{"example": name, **_told(plain(provider, case))} for name, case in provider.examples.items()]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def plain(provider: Provider, case: Example) -> dict[str, Any]:
    request = None
    if case.headers or case.url or case.method != "POST":
        body = case.body.encode("utf-8", "surrogatepass")
        request = Request(method=case.method, url=case.url, headers=tuple(case.headers.items()), body=body)
    return normalised(Asked(body=case.body, request=request, channel=provider.channel, provider=provider.name))


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: told for name, each in value.items() if (told := _told(each)) not in (None, "", [], {}, False)}
    return [_told(each) for each in value] if isinstance(value, list) else value


def main() -> None:
    known = [each for channel in channels() for each in providers(channel)]
    wanted = {path_of(each): text_of(each) for each in known}
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for path in FOLDER.glob("*/*.jsonl"):
        if path not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
