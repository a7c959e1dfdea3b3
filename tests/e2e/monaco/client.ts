// What the extension imports as vscode-languageclient/node: the client of the same version for browsers, talking to the
// server through two functions of the page instead of pipes.
import {
  AbstractMessageReader, AbstractMessageWriter, BaseLanguageClient, DataCallback, Disposable, LanguageClientOptions, Message, MessageTransports,
} from 'vscode-languageclient/browser';

export * from 'vscode-languageclient/browser';

declare global {
  interface Window {
    toServer(json: string): Promise<void>;
    fromServer(message: Message): void;
  }
}

class Reader extends AbstractMessageReader {
  listen(callback: DataCallback): Disposable {
    window.fromServer = callback;
    return { dispose: () => { window.fromServer = () => undefined; } };
  }
}

class Writer extends AbstractMessageWriter {
  write(message: Message): Promise<void> {
    return window.toServer(JSON.stringify(message));
  }
  end(): void {}
}

export class LanguageClient extends BaseLanguageClient {
  constructor(id: string, name: string, _server: unknown, options: LanguageClientOptions) {
    super(id, name, options);
  }
  protected createMessageTransports(): Promise<MessageTransports> {
    return Promise.resolve({ reader: new Reader(), writer: new Writer() });
  }
}
