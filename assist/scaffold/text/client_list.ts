  /** One page. `query` may have @limit@ and what else the server understands. */
  async page(query: Query = {}, signal?: AbortSignal): Promise<@Page@> {
    const answer = await this.#send("GET", this.#url("@path@", query), undefined, signal);
    return this.#read(answer, parse@Root@);
  }

  /** All rows, page after page. */
  async *all(query: Query = {}, signal?: AbortSignal): AsyncGenerator<@Row@> {
    let url: string | undefined = this.#url("@path@", query);
    const seen = new Set<string>();
    while (url !== undefined && !seen.has(url)) {
      seen.add(url);
      const answer: Response = await this.#send("GET", url, undefined, signal);
      const page: @Page@ = await this.#read(answer, parse@Root@);
      yield* @rowsOfPage@;
      url = @next@;
    }
  }

