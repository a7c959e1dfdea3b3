export const Color = Object.freeze({ RED: "red", GREEN: "green" });

/** A user. */
export class User {
  name;
  #age = 3;
  tags = [];
  static count = 0;

  constructor(name, age = 3, tags = []) {
    this.name = name;
    this.#age = age;
    this.tags = tags;
  }
}

export class Point {
  x = 1;
  _y = 2;
  имя = "";
}

export class Options {
  level = "low";
  fast = false;
}

export class Base {
  load(key) {
    return key;
  }
}
export class Store {
  save(key, value = 1) {
    throw new Error("not implemented");
  }
  close() {}
}
export class Disk extends Store {
  path = "/";
}
export class Derived extends Base {
  z;
}

export function price(count, label = "x") {
  if (count < -1000) throw new RangeError("count");
  return count;
}
