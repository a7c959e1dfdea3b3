    def page(self, query: Query | None = None) -> @Page@:
        """One page. `query` may have @limit@ and what else the server understands."""
        url = self._url("@path@", query)
        text, _ = self._send("GET", url)
        return _read(text, url, types.parse_@root@)

    def all(self, query: Query | None = None) -> Iterator[@Row@]:
        """All rows, page after page."""
        url: str | None = self._url("@path@", query)
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            text, headers = self._send("GET", url)
            page = _read(text, url, types.parse_@root@)
            yield from @rowsOfPage@
@next@
