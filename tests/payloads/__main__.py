"""python -m tests.payloads FOLDER [--suite NAME] [--verbose]"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

from tests.payloads.case import differences


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.payloads", description="Score recorded payloads.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suite", default="")
    parser.add_argument("--verbose", action="store_true", help="tell of each case what it became")
    asked = parser.parse_args()
    cases = json.loads((asked.folder / "manifest.json").read_text())["cases"]
    score: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        if asked.suite not in ("", case["suite"]):
            continue
        found, plain = differences(case, (asked.folder / case["file"]).read_bytes())
        score[case["suite"]][0] += not found
        score[case["suite"]][1] += 1
        if found or asked.verbose:
            print(case["id"], "-" if found else "ok")
            for each in found:
                print(f"    {each}")
        if asked.verbose:
            print(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
    print()
    for suite, (good, all_) in sorted(score.items()):
        print(f"{good:4} of {all_:3}  {suite}")
    print(f"{sum(good for good, _ in score.values()):4} of {sum(all_ for _, all_ in score.values()):3}  together")
    return 0


sys.exit(main())
