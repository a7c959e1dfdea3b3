    def get(self, query: Query | None = None) -> @Page@:
        url = self._url("@path@", query)
        return _read(self._send("GET", url)[0], url, types.parse_@root@)

    def put(self, value: @Page@) -> None:
        self._send("PUT", self._url("@path@"), types.serialize_@root@(value))

