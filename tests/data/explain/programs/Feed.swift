import Foundation

struct Item: Codable, Identifiable {
    let id: Int
    var title: String
    var tags: [String] = []
    var due: Date?

    var isLate: Bool {
        guard let due else { return false }
        return due < Date()
    }
}

enum FeedError: Error {
    case empty
    case status(Int)
}

protocol Source {
    func load(from url: URL) async throws -> [Item]
}

final class Feed: Source {
    private weak var delegate: AnyObject?
    lazy var cache: [URL: [Item]] = [:]

    func load(from url: URL) async throws -> [Item] {
        if let known = cache[url] { return known }
        let (data, response) = try await URLSession.shared.data(from: url)
        let code = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard code < 300 else { throw FeedError.status(code) }
        let items = try JSONDecoder().decode([Item].self, from: data)
        cache[url] = items
        return items
    }
}

extension Array where Element == Item {
    func titles(matching word: String) -> [String] {
        filter { !$0.isLate && $0.tags.contains(word) }
            .sorted { $0.id < $1.id }
            .map(\.title)
    }
}

func describe(_ error: FeedError) -> String {
    switch error {
    case .empty: return "nothing there"
    case .status(let code) where code >= 500: return "server: \(code)"
    case .status: return "refused"
    }
}
