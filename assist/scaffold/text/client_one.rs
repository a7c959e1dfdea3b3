    pub fn get(&self, query: Query) -> Result<@Page@, @Error@> {
        self.exchange("GET", &self.address("@path@", query), None)
    }

    pub fn put(&self, value: &@Page@) -> Result<(), @Error@> {
        self.send("PUT", &self.address("@path@", &[]), Some(&written(value)?)).map(|_| ())
    }

