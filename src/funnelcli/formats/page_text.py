"""What a page of HTML says."""

from __future__ import annotations

from funnelcli.patterns import re


def without_tags(page: str) -> str:
    """What a page of HTML says, a line a block; what it quotes in lines marked with ">"."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        """Collects what a page says, a line a block; what it quotes in lines marked with ">"."""

        def __init__(self) -> None:
            super().__init__(convert_charrefs=True)
            self.parts: list[str] = []
            self.hidden = 0
            self.quotes: list[bool] = []
            """Of each block that is open, whether it quotes somebody."""

        def break_line(self) -> None:
            self.parts.append("\n> " if any(self.quotes) else "\n")

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden += tag in ("style", "script", "head")
            if tag in ("div", "blockquote"):
                self.quotes.append(tag == "blockquote" or _quotes(attrs))
            if tag in ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"):
                self.break_line()

        def handle_endtag(self, tag: str) -> None:
            self.hidden -= tag in ("style", "script", "head")
            if tag in ("div", "blockquote"):
                if self.quotes:
                    self.quotes.pop()
                self.break_line()

        def handle_data(self, text: str) -> None:
            if self.hidden <= 0:
                self.parts.append(re.sub(r"\s+", " ", text))

    reader = Reader()
    reader.feed(page)
    lines = "".join(reader.parts).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _quotes(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether a block with these attributes is how an e-mail program marks what it quotes."""
    return any(
        name in ("class", "id", "name", "type")
        and ("quote" in (value or "").lower() or value == "cite")
        for name, value in attrs
    )
