# From users.json: what parse and serialise promise. Run with `python3 -m unittest` or pytest.
import json
import unittest
from pathlib import Path

from users_factory import ROW
from users import parse_users, parse_users_row, serialize_users

TEXT = (Path(__file__).parent / "users_fixture.json").read_text(encoding="utf-8")


class UsersTest(unittest.TestCase):
    def test_the_sample_comes_back_as_it_was(self) -> None:
        again = serialize_users(parse_users(TEXT))
        self.assertEqual(json.loads(again), json.loads(TEXT))

    def test_text_that_is_not_json_is_refused(self) -> None:
        for bad in ("", "{", TEXT.strip() + "]", "[1,]", "{'a': 1}", "nope"):
            with self.subTest(bad[:40]), self.assertRaises(ValueError):
                parse_users(bad)

    def test_unknown_keys_are_let_through(self) -> None:
        text = json.dumps({**json.loads(ROW), "a key that nobody has heard of": [1]})
        parse_users_row(text)

    def test_required_keys(self) -> None:
        for key in ["id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags"]:
            value = json.loads(ROW)
            value.pop(key, None)
            with self.subTest(key), self.assertRaises(TypeError):
                parse_users_row(json.dumps(value))

    def test_optional_keys(self) -> None:
        for key in []:
            value = json.loads(ROW)
            value.pop(key, None)
            with self.subTest(key):
                parse_users_row(json.dumps(value))

    def test_what_must_not_be_null(self) -> None:
        for key in ["id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags"]:
            with self.subTest(key), self.assertRaises(TypeError):
                parse_users_row(json.dumps({**json.loads(ROW), key: None}))

    def test_what_must_be_of_its_kind(self) -> None:
        for key, text in [("id", "\"12\""), ("name", "12"), ("email", "12"), ("role", "12"), ("created_at", "12"), ("day", "12"), ("uuid", "12"), ("balance", "12"), ("active", "\"yes\""), ("address", "[]"), ("tags", "{}")]:
            with self.subTest(key), self.assertRaises(TypeError):
                parse_users_row(json.dumps({**json.loads(ROW), key: json.loads(text)}))


if __name__ == "__main__":
    unittest.main()
