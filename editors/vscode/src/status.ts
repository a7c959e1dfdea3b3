// The item in the status bar: whether artel works, waits, or is silent here, and why.
import * as vscode from 'vscode';

/** What the server says of itself by the notification `didChangeStatus`. */
export interface Status {
  busy: boolean;
  kind: 'Normal' | 'Error' | 'Warning' | 'Inactive';
  message: string;
}

const icons: Record<Status['kind'], string> = {
  Normal: '$(sparkle)', Error: '$(error)', Warning: '$(warning)', Inactive: '$(circle-slash)',
};

/** The text of the item. */
export function label(status: Status): string {
  return `${status.busy ? '$(loading~spin)' : icons[status.kind]} artel`;
}

/** A sentence for people. */
export function sentence(status: Status): string {
  if (status.message) return status.message;
  return status.busy ? 'artel is working' : 'artel is ready';
}

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('artel.status', vscode.StatusBarAlignment.Right, 100);
  current: Status = { busy: true, kind: 'Normal', message: 'artel is starting' };

  constructor() {
    this.item.name = 'artel';
    this.item.command = 'artel.client.status';
    this.set(this.current);
    this.item.show();
  }

  set(status: Status): void {
    this.current = status;
    this.item.text = label(status);
    this.item.tooltip = sentence(status);
    this.item.backgroundColor =
      status.kind === 'Error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
