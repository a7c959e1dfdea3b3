func (c *@Client@) Get(ctx context.Context, key string) (value @Row@, err error) {
	err = c.read(ctx, http.MethodGet, c.item(key), nil, &value)
	return value, err
}

func (c *@Client@) Create(ctx context.Context, row @Row@) (value @Row@, err error) {
	body, err := json.Marshal(row)
	if err == nil {
		err = c.read(ctx, http.MethodPost, c.address("@path@", nil), body, &value)
	}
	return value, err
}

func (c *@Client@) Update(ctx context.Context, key string, row @Row@) (value @Row@, err error) {
	body, err := json.Marshal(row)
	if err == nil {
		err = c.read(ctx, http.MethodPut, c.item(key), body, &value)
	}
	return value, err
}

func (c *@Client@) Remove(ctx context.Context, key string) error {
	_, _, err := c.send(ctx, http.MethodDelete, c.item(key), nil)
	return err
}

func (c *@Client@) item(key string) string {
	return c.address("@path@/"+url.PathEscape(key), nil)
}

