// Which program is the server: the user's, the one packaged with the extension, or the one in $PATH.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Undefined when there is none; `configured` is the setting artel.path. */
export function findProgram(configured: string, extensionFolder: string, searched = process.env.PATH ?? ''): string | undefined {
  const candidates = configured
    ? [configured.replace(/^~(?=\/)/, process.env.HOME ?? '~')]
    : [path.join(extensionFolder, 'bin', 'artel'), ...searched.split(path.delimiter).filter(Boolean).map((dir) => path.join(dir, 'artel'))];
  return candidates.find((file) => {
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return fs.statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
