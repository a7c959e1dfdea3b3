include!("shop.rs");

#[cfg(test)]
mod driver {
    use super::*;

    fn ann() -> User {
        User::new("Ann", 4, vec!["a".to_string()], None)
    }

    #[test]
    fn user() {
        let mut u = ann();
        assert_eq!(u, ann());
        assert!(std::collections::HashSet::from([ann()]).contains(&ann()));
        assert_eq!(u.to_string(), "User(name=\"Ann\", age=4, tags=[\"a\"], nick=None)");
        u.set_age(9);
        assert_eq!((u.age(), u.tags().len(), u.nick()), (9, 1, &None));
        assert_ne!(u, ann());
        let b = UserBuilder::default().name("Ann").age(4).tags(vec!["a".to_string()]).build();
        assert_eq!(b.unwrap(), ann());
        assert!(UserBuilder::default().build().is_err());
        u.name = "a\"\n".to_string();
        assert_eq!(u.to_json(), r#"{"name":"a\"\u000a","age":9,"tags":["a"],"nick":null}"#);
    }

    #[test]
    fn pair() {
        let mut p = Pair::new(&1, 2);
        p.set_value(3);
        assert_eq!(p.to_string(), "Pair(key=1, value=3)");
        assert_eq!(p.value(), &3);
    }

    #[test]
    fn ring() {
        let mut r = Ring::new([1, 2]);
        r.set_items([3, 4]);
        assert_eq!((r.to_string().as_str(), r.items()), ("Ring(items=[3, 4])", &[3, 4]));
    }

    #[test]
    fn options() {
        let words = "--level x --count -3 --ratio 1.5 --fast --names a --names b --limit 7";
        let o = Options::from_args(words.split(' ').map(String::from)).unwrap();
        assert_eq!((o.level.as_str(), o.count, o.ratio, o.fast, o.names.len(), o.limit), ("x", -3, 1.5, true, 2, Some(7)));
        assert_eq!(o.to_json(), r#"{"level":"x","count":-3,"ratio":1.5,"fast":true,"names":["a","b"],"limit":7}"#);
        assert!(Options::from_args(["--count".to_string()]).unwrap_err().contains("needs a value"));
        assert!(Options::from_args([]).unwrap_err().contains("level"));
        assert!(Options::from_args(["--odd".to_string()]).is_err());
    }

    #[test]
    fn enums() {
        for c in [Color::Red, Color::Green] {
            assert_eq!(c.to_string().parse::<Color>(), Ok(c));
            assert_eq!(paint(c, 1), 1);
        }
        assert!("blue".parse::<Color>().is_err());
        for s in [Shape::Dot, Shape::Circle(1.0), Shape::Rect { w: 1.0 }] {
            draw(&s);
        }
    }

    #[test]
    fn mock() {
        let mut m = MockStore { on_load: Some(Box::new(|k| Ok(k.to_string() + "!"))), on_save: Some(Box::new(|_, _| ())), ..Default::default() };
        m.save("k".to_string(), 1);
        assert_eq!(m.both(), "a!");
        assert_eq!(*m.calls.borrow(), ["save", "load"]);
    }

    #[test]
    #[should_panic(expected = "save")]
    fn stub() {
        Disk.save("k".to_string(), 1);
    }

    #[test]
    fn documented() {
        let text = include_str!("shop.rs");
        assert!(text.contains("/// Returns the price.\n///\n/// # Arguments\n///\n/// * `count` - The count."));
        assert!(text.contains("/// # Errors"));
    }
}
