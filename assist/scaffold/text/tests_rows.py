
    def test_unknown_keys_are_@taken@(self) -> None:
        text = json.dumps({**json.loads(ROW), "a key that nobody has heard of": [1]})
        @takes@parse_@rowName@(text)

    def test_required_keys(self) -> None:
        for key in @required@:
            value = json.loads(ROW)
            value.pop(key, None)
            with self.subTest(key), self.assertRaises(TypeError):
                parse_@rowName@(json.dumps(value))

    def test_optional_keys(self) -> None:
        for key in @optional@:
            value = json.loads(ROW)
            value.pop(key, None)
            with self.subTest(key):
                parse_@rowName@(json.dumps(value))

    def test_what_must_not_be_null(self) -> None:
        for key in @notNull@:
            with self.subTest(key), self.assertRaises(TypeError):
                parse_@rowName@(json.dumps({**json.loads(ROW), key: None}))

    def test_what_must_be_of_its_kind(self) -> None:
        for key, text in @wrong@:
            with self.subTest(key), self.assertRaises(TypeError):
                parse_@rowName@(json.dumps({**json.loads(ROW), key: json.loads(text)}))
