"""An episode as one self-contained web page."""

from planner.visualise.page import write_page

__all__ = ["write_page"]
