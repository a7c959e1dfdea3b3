
const row = (): Record<string, unknown> => JSON.parse(rowText);
const read = (value: Record<string, unknown>) => parse@Row@(JSON.stringify(value));

test("unknown keys are @taken@", () => {
  assert.@takes@(() => read({ ...row(), "a key that nobody has heard of": [1] }));
});

for (const key of @required@) {
  test(`${JSON.stringify(key)} must be there`, () => {
    const value = row();
    delete value[key];
    assert.throws(() => read(value), TypeError);
  });
}

for (const key of @optional@) {
  test(`${JSON.stringify(key)} may be absent`, () => {
    const value = row();
    delete value[key];
    assert.doesNotThrow(() => read(value));
  });
}

for (const key of @notNull@) {
  test(`${JSON.stringify(key)} must not be null`, () => {
    assert.throws(() => read({ ...row(), [key]: null }), TypeError);
  });
}

for (const [key, value] of @wrong@) {
  test(`${JSON.stringify(key)} must not be ${JSON.stringify(value)}`, () => {
    assert.throws(() => read({ ...row(), [key]: value }), TypeError);
  });
}
