// The extension of editors/vscode in Monaco: its activate() with VS Code's API as monaco-languageclient provides it.
import * as monaco from '@codingame/monaco-vscode-editor-api';
import { MonacoVscodeApiWrapper } from 'monaco-languageclient/vscodeApiWrapper';
import * as vscode from 'vscode';
import { activate } from '../../../editors/vscode/src/extension';
import manifest from '../../../editors/vscode/package.json';

const wrapper = new MonacoVscodeApiWrapper({
  $type: 'classic',
  viewsConfig: { $type: 'EditorService' },
  userConfiguration: { json: JSON.stringify({ 'artel.budgetMs': 0, 'editor.wordBasedSuggestions': 'off', 'editor.inlineSuggest.enabled': true }) },
  monacoWorkerFactory: () => {
    self.MonacoEnvironment = { ...self.MonacoEnvironment, getWorker: () => new Worker('worker.js', { type: 'module' }) };
  },
});

(window as any).begin = async (text: string) => {
  await wrapper.start();
  monaco.languages.register({ id: 'c', extensions: ['.c'] });
  const model = monaco.editor.createModel(text, 'c', monaco.Uri.file('/w/sum.c'));
  const editor = monaco.editor.create(document.getElementById('editor')!, { model, automaticLayout: true, inlineSuggest: { enabled: true } });
  await activate({
    extension: { packageJSON: manifest }, extensionPath: '/', subscriptions: [],
  } as unknown as vscode.ExtensionContext);
  editor.setPosition(model.getFullModelRange().getEndPosition());
  editor.focus();
  (window as any).editor = editor;
};
(window as any).text = () => (window as any).editor.getModel().getValue();
