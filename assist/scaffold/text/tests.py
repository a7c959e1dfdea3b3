# From @sample@: what parse and serialise promise. Run with `python3 -m unittest` or pytest.
import json
import unittest
from pathlib import Path

from @factory@ import ROW
from @types@ import @imports@

TEXT = (Path(__file__).parent / "@fixture@").read_text(encoding="utf-8")


class @Class@(unittest.TestCase):
    def test_the_sample_comes_back_as_it_was(self) -> None:
        again = serialize_@root@(parse_@root@(TEXT))
        self.assertEqual(json.loads(again), json.loads(TEXT))

    def test_text_that_is_not_json_is_refused(self) -> None:
        for bad in ("", "{", TEXT.strip() + "]", "[1,]", "{'a': 1}", "nope"):
            with self.subTest(bad[:40]), self.assertRaises(ValueError):
                parse_@root@(bad)
@rows@

if __name__ == "__main__":
    unittest.main()
