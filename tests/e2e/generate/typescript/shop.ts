export enum Color { Red = "red", Green = "green" }
export enum Size { Small, Large }
export type Level = "low" | "high";

/** A user. */
export class User {
  name: string;
  private age: number = 3;
  tags: string[];
  nick?: string;
  static count = 0;
}

export class Box<T> {
  #value: T;
  constructor(value: T) {
    this.#value = value;
  }
}

export interface Options {
  level: string;
  fast: boolean;
  ratio?: number;
  names: string[];
}

export interface Store {
  load(key: string): Promise<string>;
  save(key: string, ...values: number[]): void;
  readonly size: number;
}

export class Disk implements Store {}

export function price(count: number, label: string, color: Color, level: Level): number {
  if (count < -1000) throw new RangeError("count");
  return count;
}
export function paint(color: Color): void {
}
export function rise(level: Level): void {
  void level;
}
