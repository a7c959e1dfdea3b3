"""Which program is Vim: Debian links that name to Neovim where both are installed."""
import shutil
import subprocess


def find():
    """The path of a real Vim with jobs, or None."""
    for name in ("vim", "vim.basic", "vim.nox", "vim.gtk3"):
        path = shutil.which(name)
        words = subprocess.run([path, "--version"], capture_output=True, check=False).stdout if path else b""
        if words.startswith(b"VIM") and b"+job" in words:
            return path
    return None
