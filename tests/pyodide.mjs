// Runs mlp in Pyodide: node pyodide.mjs ARCHIVE WORDS... The archive has mlpcli and the pure packages that it needs; numpy
// and PyYAML are Pyodide's own, where it can load them. Prints what mlp prints, and exits as it does; 77 without numpy.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [archive, ...words] = process.argv.slice(2);
const python = await loadPyodide({ stdout: (line) => console.log(line), stderr: (line) => console.error(line) });
python.unpackArchive(new Uint8Array(readFileSync(archive)), "zip", { extractDir: "/packages" });
if (words[0] !== "--version" && words[0] !== "--help") {
  const quiet = { messageCallback: () => {}, errorCallback: () => {} };
  await python.loadPackage(["numpy", "pyyaml"], quiet).catch(() => {});
}
python.globals.set("words", python.toPy(words));
const code = python.runPython(`
import sys
from importlib.util import find_spec
sys.path.insert(0, "/packages")
sys.argv = ["mlp", *words]
def run():
    if not words[0].startswith("--") and find_spec("numpy") is None:
        return 77
    from mlpcli.cli import main
    try:
        main()
    except SystemExit as error:
        return error.code or 0
    finally:
        sys.stdout.flush()
run()
`);
process.exit(code);
