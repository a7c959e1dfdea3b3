    def get(self, @key@: @Key@) -> @Row@:
        url = self._item(@key@)
        return _read(self._send("GET", url)[0], url, types.parse_@root@_row)

    def create(self, value: @Row@) -> @Row@:
        url = self._url("@path@")
        text, _ = self._send("POST", url, types.serialize_@root@_row(value))
        return _read(text, url, types.parse_@root@_row)

    def update(self, @key@: @Key@, value: @Row@) -> @Row@:
        url = self._item(@key@)
        text, _ = self._send("PUT", url, types.serialize_@root@_row(value))
        return _read(text, url, types.parse_@root@_row)

    def remove(self, @key@: @Key@) -> None:
        self._send("DELETE", self._item(@key@))

    def _item(self, @key@: @Key@) -> str:
        return self._url("@path@/" + urllib.parse.quote(str(@key@), safe=""))

