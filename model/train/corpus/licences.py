"""Which licences let a file be learned from: permissive ones and the public domain. What is not
understood counts as not permissive."""
import fnmatch
import functools
import json
import re

PERMISSIVE = frozenset("""
0bsd afl-2.1 apache apache-2 apache-2.0 blueoak-1.0.0 boost boost-1.0 bsd bsd-1-clause bsd-2 bsd-2-clause
bsd-3 bsd-3-clause bsd-style bsl-1 bsl-1.0 cc0 cc0-1.0 curl expat expat-like fsfap hpnd hpnd-sell-variant icu isc
isc-license libpng mit mit-0 mit-license mit-style mit/x11 mit/expat ncsa openldap-2.8 pd permissive postgresql psf
psf-2 psf-2.0 psfl python python-2.0 python-2.0.1 public-domain publicdomain unicode unicode-3.0
unicode-dfs-2016 unlicense unlicence wtfpl wtfpl-2 x11 zlib zlib/libpng zpl-2.1
""".split())

COPYLEFT = re.compile(
    r"GNU\s+(Lesser\s+|Library\s+|Affero\s+)?General\s+Public|\b[AL]?GPL(v|-|\s)?[123]?\b"
    r"|Mozilla\s+Public|\bMPL\b|Eclipse\s+Public|\bEPL\b|Common\s+Development\s+and\s+Distribution|\bCDDL\b"
    r"|Server\s+Side\s+Public|Business\s+Source\s+License|Creative\s+Commons|non-?commercial", re.I)
GRANTS = re.compile(
    r"Permission is hereby granted, free of charge|Permission to use, copy, modify,? and(/or)? distribute"
    r"|Redistribution and use in source and binary forms|Apache License,?\s+Version 2|Boost Software License"
    r"|released into the public domain|provided 'as-is', without any express", re.I)
HINTS = ("gpl", "gnu", "mozilla", "eclipse", "cddl", "common development", "server side", "business source",
         "creative commons", "commercial")
SPDX = re.compile(r"SPDX-License-Identifier:\s*([^\n*]+)")


def permissive(expression, granted=frozenset()):
    """An SPDX expression, or the licence line of debian/copyright: 'or' lets one choose. granted: other
    names, in lower case, that are permissive here."""
    words = re.findall(r"[()]|[^\s(),|]+|,|\|+", expression.strip().rstrip("."))
    at = 0

    def term():
        nonlocal at
        if at < len(words) and words[at] == "(":
            at += 1
            value = choice()
            at += 1
            return value
        name = words[at].lower().rstrip("+") if at < len(words) else ""
        at += 1
        if at < len(words) and words[at].lower() == "with":  # an exception only adds rights
            at += 2
            while at < len(words) and words[at].lower() not in ("and", "or", ",", ")"):
                at += 1
        return name in PERMISSIVE or name in granted

    def both(step, joints):
        nonlocal at
        values = [step()]
        while at < len(words) and words[at].lower() in joints:
            at += 1
            if at < len(words) and words[at].lower() in ("and", "or"):
                at += 1
            values.append(step())
        return values

    def choice():
        return any(both(lambda: all(both(term, ("and", "&", "/"))), ("or", "|", "||")))

    value = all(both(choice, (",", ";"))) if words else False
    return value and at >= len(words)


def of_text(text):
    """The licence that a text grants: 'text', or '' where none is found or a stricter one is named."""
    return "text" if GRANTS.search(text) and not COPYLEFT.search(text) else ""


def of_head(head):
    """What the head of a file says of itself: None: nothing; else whether it may be learned from."""
    said = SPDX.search(head) if "SPDX" in head else None
    if said:
        return permissive(said.group(1).strip().removesuffix("-->").strip())
    small = head.lower()
    near = any(x in small for x in HINTS) or "MPL" in head or "EPL" in head
    return False if near and COPYLEFT.search(head) else None


class Whole:
    """One licence for all files of a package."""

    def __init__(self, name, allowed):
        self.name, self.allowed = name, allowed

    def of(self, _path):
        return self.name if self.allowed else ""


def of_npm(package_json, licence_text):
    try:
        said = json.loads(package_json)
    except ValueError:
        return Whole("", False)
    name = said.get("license") or said.get("licenses") or ""
    if isinstance(name, list):
        name = " or ".join(x.get("type", "") if isinstance(x, dict) else str(x) for x in name)
    if isinstance(name, dict):
        name = name.get("type", "")
    good = permissive(str(name)) and not (licence_text and COPYLEFT.search(licence_text)
                                          and not GRANTS.search(licence_text))
    return Whole(str(name), good)


class DebianCopyright:
    """debian/copyright: machine-readable (the last paragraph that names a file decides), else as text.
    installed: paths are those of an installed package, so that a paragraph's patterns are compared
    by their last parts, and only in order to leave out."""

    def __init__(self, text, installed=False):
        self.installed = installed
        self.rules = []
        self.fallback = of_text(text)
        if not re.match(r"\s*(#[^\n]*\n\s*)*Format(-Specification)?:", text):
            return
        self.fallback = ""
        paragraphs = [{name.lower(): value for name, value in
                       re.findall(r"^([A-Za-z-]+):[ \t]*((?:.*)(?:\n[ \t]+.*)*)", paragraph, re.M)}
                      for paragraph in re.split(r"\n[ \t]*\n", text)]
        granted = self._granted(paragraphs)
        for fields in paragraphs:
            if "files" in fields and "license" in fields:
                name = fields["license"].split("\n")[0].strip()
                good = permissive(name, granted)
                for pattern in fields["files"].split():
                    pattern = pattern.removeprefix("./")
                    if not pattern.startswith("debian/"):
                        self.rules.append((pattern, name, good))

    @staticmethod
    def _granted(paragraphs):
        """Names of the file's own whose text, given once, grants what permissive licences do."""
        said = (fields["license"].partition("\n") for fields in paragraphs if "license" in fields)
        return {name.strip().lower().rstrip("+") for name, _, body in said if " " not in name.strip() and of_text(body)}

    @functools.cached_property
    def _compiled(self):
        return [(re.compile(fnmatch.translate(p.replace("[", "[[]"))), name, good) for p, name, good in self.rules]

    def of(self, path):
        if not self.rules:
            return self.fallback
        if self.installed:
            return self._of_installed(path)
        found = ("", False)
        for pattern, name, good in self._compiled:
            if pattern.match(path):
                found = (name, good)
        return found[0] if found[1] else ""

    def _of_installed(self, path):
        general = [(name, good) for pattern, name, good in self.rules if pattern == "*"]
        if not general or not general[-1][1]:
            return ""
        for pattern, _name, good in self.rules:
            if good or pattern == "*":
                continue
            last = [part for part in pattern.split("/") if part.strip("*")][-1:]
            if not last or any(fnmatch.fnmatch(part, last[0]) for part in path.split("/")):
                return ""
        return general[-1][0]
