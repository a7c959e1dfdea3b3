  async get(@key@: @Key@, signal?: AbortSignal): Promise<@Row@> {
    const answer = await this.#send("GET", this.#item(@key@), undefined, signal);
    return this.#read(answer, parse@Root@Row);
  }

  async create(value: @Row@, signal?: AbortSignal): Promise<@Row@> {
    const body = serialize@Root@Row(value);
    return this.#read(await this.#send("POST", this.#url("@path@"), body, signal), parse@Root@Row);
  }

  async update(@key@: @Key@, value: @Row@, signal?: AbortSignal): Promise<@Row@> {
    const body = serialize@Root@Row(value);
    return this.#read(await this.#send("PUT", this.#item(@key@), body, signal), parse@Root@Row);
  }

  async remove(@key@: @Key@, signal?: AbortSignal): Promise<void> {
    await (await this.#send("DELETE", this.#item(@key@), undefined, signal)).body?.cancel();
  }

  #item(@key@: @Key@): string {
    return this.#url(`@path@/${encodeURIComponent(String(@key@))}`);
  }

