"""The README's code runs."""

import re
from pathlib import Path

from planner.config import open_pipeline
from planner.rpc.server import running_server

README = Path(__file__).parent.parent / "README.md"


def test_the_fifteen_lines_run(capsys):
    text = README.read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(code) == 1
    assert 10 <= len(code[0].splitlines()) <= 16
    with open_pipeline() as pipeline, running_server(pipeline) as address:
        exec(compile(code[0], str(README), "exec"), {"address": address})
    printed = capsys.readouterr().out
    assert "every sub-task was carried out" in printed
    assert printed.strip().endswith("True")


def test_every_picture_of_the_readme_is_there():
    text = README.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    assert all((README.parent / picture).is_file() for picture in pictures)
