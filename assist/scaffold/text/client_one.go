func (c *@Client@) Get(ctx context.Context, query url.Values) (value @Page@, err error) {
	err = c.read(ctx, http.MethodGet, c.address("@path@", query), nil, &value)
	return value, err
}

func (c *@Client@) Put(ctx context.Context, value @Page@) error {
	body, err := json.Marshal(value)
	if err == nil {
		_, _, err = c.send(ctx, http.MethodPut, c.address("@path@", nil), body)
	}
	return err
}

