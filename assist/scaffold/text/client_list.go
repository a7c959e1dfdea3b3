// Page asks for one page. query, which may be nil, has @limit@ and what else the server understands.
func (c *@Client@) Page(ctx context.Context, query url.Values) (value @Page@, err error) {
	err = c.read(ctx, http.MethodGet, c.address("@path@", query), nil, &value)
	return value, err
}

// All calls each with every row, page after page, until it returns an error.
func (c *@Client@) All(ctx context.Context, query url.Values, each func(@Row@) error) error {
	seen := map[string]bool{}
	for address := c.address("@path@", query); address != "" && !seen[address]; {
		seen[address] = true
		text, @header@, err := c.send(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
@rows@		if err := c.each(address, rows, each); err != nil {
			return err
		}
@next@	}
	return nil
}

func (c *@Client@) each(address string, rows []byte, each func(@Row@) error) error {
	if len(rows) == 0 || rows[0] == 'n' {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(rows))
	_, err := decoder.Token()
	for err == nil && decoder.More() {
@skip@		var row @Row@
		if err = decoder.Decode(&row); err != nil {
			break
		}
		if err := each(row); err != nil {
			return err
		}
	}
	if err != nil {
		return &@Error@{address + ": " + err.Error(), address, http.StatusOK, string(rows)}
	}
	return nil
}

