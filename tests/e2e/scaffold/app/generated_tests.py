"""The generated tests pass on the generated code, and fail when it is broken."""
import subprocess
import sys

from app import generate, need, packages, run, samples


def generated_tests(tool, work):
    modules, node = packages(), need("node")
    work.mkdir(parents=True, exist_ok=True)
    (work / "node_modules").symlink_to(modules)
    (work / "package.json").write_text('{"type": "module"}')
    files = []
    for path in samples(3000):
        folder = work / path.stem
        generate(tool, "tests-typescript,tests-python", path, folder, "--name", "Sample")
        run([sys.executable, "-W", "error", "-m", "unittest", "-q"], cwd=folder)
        files.append(f"{path.stem}/sample.test.ts")
    run([modules / ".bin/tsc", "--strict", "--noUnusedLocals", "--noUncheckedIndexedAccess", "--target", "es2022",
         "--module", "nodenext", "--moduleDetection", "force", "--types", "node", *files], cwd=work)
    tests = [name.replace(".ts", ".js") for name in files]
    run([node, "--test", *tests], cwd=work)
    folder = work / "page"
    module = folder / "sample.py"
    source = module.read_text()
    broken = source.replace("    raise TypeError(", "    print(")
    assert broken != source
    module.write_text(broken)
    done = subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=folder, capture_output=True, text=True)
    assert done.returncode != 0 and "failures=" in done.stderr, done.stderr
    script = folder / "sample.js"
    source = script.read_text()
    broken = source.replace("    throw new TypeError(", "    console.log(")
    assert broken != source
    script.write_text(broken)
    done = subprocess.run([node, "--test", "page/sample.test.js"], cwd=work, capture_output=True, text=True)
    assert done.returncode != 0, done.stdout
    print(f"generated tests: {len(files)} samples")
    return True
