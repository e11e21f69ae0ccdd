#pragma once
#include "config/load.hpp"

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A table of the file that remembers what it was asked for: whatever nobody asked for is an unknown
// key. Includes toml++: for .cpp files of this folder only.
namespace tidemark::config {

/// What a load collects.
struct Loading {
  const std::string& file;
  const Environment& environment;
  std::vector<Fault> faults{};
  std::vector<EffectiveValue> effective{};

  void fault(std::uint32_t line, std::string key, std::string what, std::string todo) {
    faults.push_back({file, line, std::move(key), std::move(what), std::move(todo)});
  }
};

class Section {
public:
  /// `table` may be null: then every value is its default, and `line` is where faults point to.
  Section(Loading& loading, const toml::table* table, std::string path, std::uint32_t line = 1);

  /// The value or the default; a fault when it has another type.
  std::string text(std::string_view key, std::string_view otherwise = "", bool required = false);
  bool boolean(std::string_view key, bool otherwise);
  std::uint32_t integer(std::string_view key, std::uint32_t otherwise, std::uint32_t least,
                        std::uint32_t most);
  /// One text or a list of texts.
  std::vector<std::string> list(std::string_view key,
                                const std::vector<std::string>& otherwise = {});
  /// `{ env = "NAME" }` or `{ file = "PATH" }`; nothing when absent or faulty.
  std::optional<SecretText> secret(std::string_view key, bool required);
  /// Members of a table of texts, in the file's order of names.
  std::vector<std::pair<std::string, std::string>> texts(std::string_view key);
  /// The table at the key; when absent, every value in it is its default.
  Section at(std::string_view key);
  /// The `[[key]]` tables; none when absent.
  std::vector<Section> each(std::string_view key);

  /// The key is allowed here, whether or not it is read.
  void expect(std::string_view key) { asked_.emplace_back(key); }
  /// The text at the key, "" when there is none; says nothing about it.
  std::string_view written(std::string_view key) const;
  bool is_there() const { return table_ != nullptr; }
  bool has(std::string_view key) const { return node(key) != nullptr; }
  std::uint32_t line_of(std::string_view key) const;
  std::uint32_t line() const { return line_; }
  std::string path_of(std::string_view key) const;
  const std::string& path() const { return path_; }
  /// Faults from now on name this one of `[[key]]` tables by its own name, not by its number.
  void rename(std::string_view name);
  /// Gives nothing, as whoever asked for the value then does.
  std::nullopt_t fault(std::string_view key, std::string what, std::string todo);
  /// A fault unless the value is good; gives whether it is.
  bool check(std::string_view key, bool good, std::string_view what, std::string_view todo);
  std::size_t faults() const { return loading_.faults.size(); } ///< so far, of the whole file
  /// Ends the reading: a fault for every key that nobody asked for.
  void refuse_unknown_keys();

private:
  std::vector<std::string> names() const;
  const toml::node* node(std::string_view key) const;
  const toml::node* ask(std::string_view key);
  void show(std::string_view key, std::string value);
  std::optional<SecretText> secret_from_variable(std::string_view key, const std::string& name);
  std::optional<SecretText> secret_from_file(std::string_view key, const std::string& path);

  Loading& loading_;
  const toml::table* table_;
  std::string path_;
  std::uint32_t line_;
  std::vector<std::string> asked_;
};

} // namespace tidemark::config
