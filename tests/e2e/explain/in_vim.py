"""A hover in a second real editor: Vim with ALE. usage: in_vim.py ARTEL"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'clients'))
from vim import find  # noqa: E402

ALE = '/usr/share/vim-ale'
SCRIPT = pathlib.Path(__file__).with_name('hover_in_vim.vim')


def main():
    vim = find()
    if not vim or not os.path.isdir(ALE):
        print('skipped: there is no Vim with jobs, or no ALE; on Debian: apt-get install vim vim-ale')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, 'load.rs').write_text(
            'fn load() -> Result<i32, E> {\n    let n = read()?;\n    Ok(n)\n}\n')
        subprocess.run([vim, '-u', 'NONE', '-i', 'NONE', '-n', '-N', '-T', 'dumb', '--not-a-term', '-S', SCRIPT],
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False,
                       env={**os.environ, 'ARTEL': os.path.abspath(sys.argv[1]), 'ALE': ALE, 'FOLDER': folder, 'HOME': folder,
                            'XDG_CACHE_HOME': folder})
        shown = pathlib.Path(folder, 'shown')
        text = shown.read_text() if shown.exists() else ''
    print(text or 'nothing was shown')
    return not ('`load` returns at once' in text and 'In Python' in text)


sys.exit(main())
