"""Writes a .vsix: a zip archive with the extension's files, a manifest and a list of content types. The same
input gives the same bytes. usage: pack.py FOLDER BUNDLE PROGRAM LICENSE OUT"""
import json
import os
import platform
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

TYPES = {".json": "application/json", ".js": "application/javascript", ".md": "text/markdown", ".txt": "text/plain",
         ".vsixmanifest": "text/xml", "": "application/octet-stream"}
TARGETS = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}


def manifest(package):
    assets = {"Microsoft.VisualStudio.Code.Manifest": "extension/package.json",
              "Microsoft.VisualStudio.Services.Content.Details": "extension/README.md",
              "Microsoft.VisualStudio.Services.Content.License": "extension/LICENSE.txt"}
    return f'''<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id={quoteattr(package["name"])} Version={quoteattr(package["version"])}
      Publisher={quoteattr(package["publisher"])} TargetPlatform={quoteattr(TARGETS[platform.machine()])}/>
    <DisplayName>{escape(package["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(package["description"])}</Description>
    <Tags>{escape(",".join(package["keywords"]))}</Tags>
    <Categories>{escape(",".join(package["categories"]))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value={quoteattr(package["engines"]["vscode"])}/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
''' + "".join(f'    <Asset Type="{kind}" Path="{path}" Addressable="true"/>\n' for kind, path in assets.items()) + '''  </Assets>
</PackageManifest>
'''


def content_types(names):
    rows, seen = [], set()
    for name in sorted(names):
        extension = os.path.splitext(name)[1]
        if extension and extension not in seen:
            rows.append(f'  <Default Extension="{extension}" ContentType="{TYPES[extension]}"/>\n')
            seen.add(extension)
        elif not extension:
            rows.append(f'  <Override PartName="/{name}" ContentType="{TYPES[""]}"/>\n')
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\n' + "".join(rows) + "</Types>\n")


def main():
    folder, bundle, program, licence, out = sys.argv[1:]
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as f:
        package = json.load(f)
    files = {"extension/package.json": os.path.join(folder, "package.json"),
             "extension/README.md": os.path.join(folder, "README.md"),
             "extension/LICENSE.txt": licence,
             "extension/dist/extension.js": bundle,
             "extension/bin/artel": program}
    for name in sorted(os.listdir(os.path.join(folder, "walkthrough"))):
        files["extension/walkthrough/" + name] = os.path.join(folder, "walkthrough", name)
    parts = {"extension.vsixmanifest": manifest(package).encode(),
             "[Content_Types].xml": content_types([*files, "extension.vsixmanifest"]).encode()}
    for name, path in files.items():
        with open(path, "rb") as f:
            parts[name] = f.read()
    with zipfile.ZipFile(out + ".tmp", "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name)  # with the date of the format's beginning: nothing of this machine
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name.endswith("bin/artel") else 0o100644) << 16
            z.writestr(info, data)
    os.replace(out + ".tmp", out)
    print(f"{out}: {package['name']} {package['version']}, {os.path.getsize(out) / 2**20:.1f} MB")


main()
