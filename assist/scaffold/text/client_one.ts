  async get(query: Query = {}, signal?: AbortSignal): Promise<@Page@> {
    const answer = await this.#send("GET", this.#url("@path@", query), undefined, signal);
    return this.#read(answer, parse@Root@);
  }

  async put(value: @Page@, signal?: AbortSignal): Promise<void> {
    const body = serialize@Root@(value);
    await (await this.#send("PUT", this.#url("@path@"), body, signal)).body?.cancel();
  }

