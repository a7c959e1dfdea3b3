package shop

type Store interface {
	Load(key string) ([]byte, error)
	Save(key string, values ...int)
}
