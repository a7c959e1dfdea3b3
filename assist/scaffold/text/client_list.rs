    /// One page. `query` may have @limit@ and what else the server understands.
    pub fn page(&self, query: Query) -> Result<@Page@, @Error@> {
        self.exchange("GET", &self.address("@path@", query), None)
    }

    /// Calls `each` with every row, page after page.
    pub fn all(&self, query: Query, mut each: impl FnMut(@Row@)) -> Result<(), @Error@> {
        let mut seen = HashSet::new();
        let mut next = Some(self.address("@path@", query));
        while let Some(url) = next.take() {
            if !seen.insert(url.clone()) {
                break;
            }
            let (text, @link@) = self.send("GET", &url, None)?;
            let page: @Page@ = self.read(&url, &text)?;
            for row in @rows@ {
                each(row);
            }
@next@        }
        Ok(())
    }

