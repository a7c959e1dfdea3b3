// artel in VS Code: starts the server, shows its status, adds commands. What is suggested, and when, is the
// server's business; inline text and its keys are the editor's own.
import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, ServerOptions, State } from 'vscode-languageclient/node';
import { findProgram } from './program';
import { Status, StatusItem, sentence } from './status';

let client: LanguageClient | undefined;
let status: StatusItem;
let log: vscode.LogOutputChannel;

const clientOnly = new Set(['path', 'trace']);

/** The section `artel` without what is only for this side. */
function serverSettings(section: unknown): unknown {
  if (typeof section !== 'object' || section === null) return section;
  return Object.fromEntries(Object.entries(section).filter(([key]) => !clientOnly.has(key)));
}

function options(context: vscode.ExtensionContext): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: '*' }],
    outputChannel: log,
    initializationOptions: {
      // The server tells its status to clients that name themselves so.
      editorInfo: { name: 'vscode', version: vscode.version },
      editorPluginInfo: { name: 'artel', version: String(context.extension.packageJSON.version) },
    },
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const got = await next(params, token);
          return Array.isArray(got) ? got.map(serverSettings) : got;
        },
      },
    },
  };
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const configured = vscode.workspace.getConfiguration('artel').get<string>('path', '').trim();
  const program = findProgram(configured, context.extensionPath);
  if (!program) {
    const message = configured
      ? `The setting artel.path names no program: ${configured}`
      : 'The program artel is not in this extension and not in $PATH.';
    status.set({ busy: false, kind: 'Error', message });
    const choice = await vscode.window.showErrorMessage(message, 'Open Settings');
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'artel.path');
    return;
  }
  log.info(`the server is ${program}`);
  const server: ServerOptions = { command: program, args: ['lsp'] };
  client = new LanguageClient('artel', 'artel', server, options(context));
  client.onNotification('didChangeStatus', (s: Status) => status.set(s));
  client.onDidChangeState(({ newState }) => {
    void vscode.commands.executeCommand('setContext', 'artel.running', newState === State.Running);
    if (newState === State.Stopped)
      status.set({ busy: false, kind: 'Error', message: 'The server stopped; the log says why.' });
  });
  try {
    await client.start();
    tellFocus();
  } catch (error) {
    status.set({ busy: false, kind: 'Error', message: `The server does not start: ${String(error)}` });
  }
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose(2000).catch((error: unknown) => log.warn(`stopping: ${String(error)}`));
}

/** The server's status is about the document that the user looks at. */
function tellFocus(): void {
  if (client?.state !== State.Running) return;
  const uri = vscode.window.activeTextEditor?.document.uri;
  void client.sendNotification('textDocument/didFocus', uri ? { textDocument: { uri: client.code2ProtocolConverter.asUri(uri) } } : {});
}

async function explain(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || client?.state !== State.Running) {
    void vscode.window.showInformationMessage(editor ? sentence(status.current) : 'Open a file and put the cursor on what is to be explained.');
    return;
  }
  await client.sendRequest('workspace/executeCommand', {
    command: 'artel.explain',
    arguments: [{
      uri: client.code2ProtocolConverter.asUri(editor.document.uri),
      range: client.code2ProtocolConverter.asRange(editor.selection),
      show: true,
    }],
  });
}

/** Constructor, tests, builder, ...: what follows from the type or function at the cursor, picked from a list. */
async function generate(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || client?.state !== State.Running) {
    void vscode.window.showInformationMessage(editor ? sentence(status.current) : 'Open a file and put the cursor on a type or a function.');
    return;
  }
  const place = {
    uri: client.code2ProtocolConverter.asUri(editor.document.uri),
    position: client.code2ProtocolConverter.asPosition(editor.selection.active),
  };
  const ask = <T>(more: object): Promise<T> =>
    client!.sendRequest<T>('workspace/executeCommand', { command: 'artel.generate', arguments: [{ ...place, ...more }] });
  const offers = (await ask<{ kind: string; title: string; says: string }[]>({})).filter((o) => !o.says);
  const choice = await vscode.window.showQuickPick(offers.map((o) => ({ label: o.title, what: o.kind })), {
    title: 'artel: Generate',
    placeHolder: offers.length ? 'What is to be written?' : 'There is nothing to write at this place.',
  });
  if (choice) await ask({ kind: choice.what }).catch((error: Error) => vscode.window.showWarningMessage(`artel: ${error.message}`));
}

// A document that nobody can change, and that asks for no saving.
const reasonUri = vscode.Uri.from({ scheme: 'artel-why', path: 'Why this suggestion' });
const reason = { text: '', changed: new vscode.EventEmitter<vscode.Uri>() };

/** Where the last suggestion came from, what was done to it, how long it took; as text beside the editor. */
async function why(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || client?.state !== State.Running) {
    void vscode.window.showInformationMessage(editor ? sentence(status.current) : 'Open a file and type in it.');
    return;
  }
  const content = await client.sendRequest<string>('workspace/executeCommand', {
    command: 'artel.why',
    arguments: [{ uri: client.code2ProtocolConverter.asUri(editor.document.uri) }],
  });
  reason.text = content;
  reason.changed.fire(reasonUri);
  const document = await vscode.workspace.openTextDocument(reasonUri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

async function toggle(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('artel');
  const on = !settings.get<boolean>('enable', true);
  await settings.update('enable', on, vscode.ConfigurationTarget.Global);
  vscode.window.setStatusBarMessage(on ? 'artel: on' : 'artel: off', 3000);
}

async function toggleLanguage(): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (!language) return;
  const settings = vscode.workspace.getConfiguration('artel');
  const off = settings.get<string[]>('disabledLanguages', []);
  const next = off.includes(language) ? off.filter((l) => l !== language) : [...off, language];
  await settings.update('disabledLanguages', next, vscode.ConfigurationTarget.Global);
  vscode.window.setStatusBarMessage(`artel: ${next.includes(language) ? 'off' : 'on'} for ${language}`, 3000);
}

async function showStatus(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('artel');
  const language = vscode.window.activeTextEditor?.document.languageId;
  const picks: (vscode.QuickPickItem & { command: string })[] = [
    { label: settings.get<boolean>('enable', true) ? 'Switch off' : 'Switch on', command: 'artel.client.toggle' },
    ...(language ? [{ label: `${settings.get<string[]>('disabledLanguages', []).includes(language) ? 'Switch on' : 'Switch off'} for ${language}`, command: 'artel.client.toggleLanguage' }] : []),
    { label: 'Show the log', command: 'artel.client.log' },
    { label: 'Restart the server', command: 'artel.client.restart' },
  ];
  const choice = await vscode.window.showQuickPick(picks, { title: 'artel', placeHolder: sentence(status.current) });
  if (choice) await vscode.commands.executeCommand(choice.command);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel('artel', { log: true });
  status = new StatusItem();
  const restart = async () => {
    await stop();
    await start(context);
  };
  const commands: Record<string, () => unknown> = {
    explain,
    generate,
    scaffold: () => vscode.commands.executeCommand('editor.action.codeAction', { kind: 'refactor.extract.artel', apply: 'never' }),
    suggest: () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    why,
    toggle,
    toggleLanguage,
    status: showStatus,
    log: () => log.show(),
    restart,
  };
  context.subscriptions.push(
    log,
    status,
    reason.changed,
    vscode.workspace.registerTextDocumentContentProvider(reasonUri.scheme, {
      onDidChange: reason.changed.event,
      provideTextDocumentContent: () => reason.text,
    }),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`artel.client.${name}`, run)),
    vscode.window.onDidChangeActiveTextEditor(tellFocus),
    vscode.workspace.onDidChangeConfiguration((e) => {
      if (e.affectsConfiguration('artel.path')) void restart();
    }),
  );
  await start(context);
}

export function deactivate(): Promise<void> {
  return stop();
}
