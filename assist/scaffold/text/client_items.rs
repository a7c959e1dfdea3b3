    pub fn get(&self, key: &str) -> Result<@Row@, @Error@> {
        self.exchange("GET", &self.item(key), None)
    }

    pub fn create(&self, value: &@Row@) -> Result<@Row@, @Error@> {
        self.exchange("POST", &self.address("@path@", &[]), Some(&written(value)?))
    }

    pub fn update(&self, key: &str, value: &@Row@) -> Result<@Row@, @Error@> {
        self.exchange("PUT", &self.item(key), Some(&written(value)?))
    }

    pub fn remove(&self, key: &str) -> Result<(), @Error@> {
        self.send("DELETE", &self.item(key), None).map(|_| ())
    }

    fn item(&self, key: &str) -> String {
        self.address(&format!("@path@/{}", escaped(key)), &[])
    }

