#include "config/toml_section.hpp"

#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "config/nearest.hpp"

#include <algorithm>
#include <filesystem>

namespace tidemark::config {
namespace {

constexpr std::string_view how_to_write_a_secret =
    "write { env = \"NAME\" } or { file = \"PATH\" }";

} // namespace

std::uint32_t line_of(const toml::node& node) {
  return node.source().begin.line;
}

Section::Section(Loading& loading, const toml::table* table, std::string path, std::uint32_t line)
    : loading_(loading), table_(table), path_(std::move(path)),
      line_(table != nullptr && config::line_of(*table) != 0 ? config::line_of(*table) : line) {}

std::string Section::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const toml::node* Section::node(std::string_view key) const {
  return table_ == nullptr ? nullptr : table_->get(key);
}

const toml::node* Section::ask(std::string_view key) {
  asked_.emplace_back(key);
  return node(key);
}

std::uint32_t Section::line_of(std::string_view key) const {
  const auto* found = node(key);
  return found == nullptr ? line_ : config::line_of(*found);
}

void Section::fault(std::string_view key, std::string what, std::string todo) {
  loading_.fault(line_of(key), path_of(key), std::move(what), std::move(todo));
}

void Section::show(std::string_view key, std::string value, bool written) {
  loading_.effective.push_back(
      {path_of(key), std::move(value),
       written ? loading_.file + ":" + std::to_string(line_of(key)) : std::string("default")});
}

std::string Section::text(std::string_view key, std::string_view otherwise, bool required) {
  const auto* found = ask(key);
  std::string value(otherwise);
  if (found == nullptr && required)
    fault(key, "it is missing", "add " + std::string(key) + " = \"...\"");
  if (found != nullptr) {
    const auto* text = found->as_string();
    if (text == nullptr || (required && text->get().empty()))
      fault(key, text == nullptr ? "it is not a text" : "it is empty", "write it as \"...\"");
    else
      value = text->get();
  }
  show(key, value, found != nullptr);
  return value;
}

bool Section::boolean(std::string_view key, bool otherwise) {
  const auto* found = ask(key);
  bool value = otherwise;
  if (found != nullptr && found->as_boolean() == nullptr)
    fault(key, "it is neither true nor false", "write true or false, without quotes");
  else if (found != nullptr)
    value = found->as_boolean()->get();
  show(key, value ? "true" : "false", found != nullptr);
  return value;
}

std::uint32_t Section::integer(std::string_view key, std::uint32_t otherwise, std::uint32_t least,
                               std::uint32_t most) {
  const auto* found = ask(key);
  auto value = otherwise;
  if (found != nullptr) {
    const auto* number = found->as_integer();
    if (number == nullptr || number->get() < least || number->get() > most)
      fault(key, number == nullptr ? "it is not a whole number" : "it is out of range",
            "write a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    else
      value = static_cast<std::uint32_t>(number->get());
  }
  show(key, std::to_string(value), found != nullptr);
  return value;
}

std::vector<std::string> Section::list(std::string_view key,
                                       const std::vector<std::string>& otherwise) {
  const auto* found = ask(key);
  auto values = otherwise;
  if (found != nullptr) {
    values.clear();
    bool good = found->is_string() || found->is_array();
    if (const auto* one = found->as_string()) {
      good = !one->get().empty();
      values.push_back(one->get());
    }
    if (const auto* many = found->as_array()) {
      for (const auto& entry : *many) {
        const auto* text = entry.as_string();
        good = good && text != nullptr && !text->get().empty();
        if (text != nullptr)
          values.push_back(text->get());
      }
    }
    if (!good)
      fault(key, "it is not a list of texts", "write [\"...\", \"...\"]");
  }
  show(key, joined(values, ", "), found != nullptr);
  return values;
}

std::optional<SecretText> Section::secret(std::string_view key, bool required) {
  const auto* found = ask(key);
  if (found == nullptr) {
    if (required)
      fault(key, "it is missing", std::string(how_to_write_a_secret));
    return std::nullopt;
  }
  const auto* from = found->as_table();
  if (from == nullptr) {
    fault(key, "a secret must not stand in this file",
          std::string(how_to_write_a_secret)
              + " and replace the secret, since others may have read it");
    return std::nullopt;
  }
  const auto* name = from->get_as<std::string>("env");
  const auto* path = from->get_as<std::string>("file");
  if (from->size() != 1 || (name == nullptr && path == nullptr)) {
    fault(key, "it does not say where the secret is", std::string(how_to_write_a_secret));
    return std::nullopt;
  }
  return name != nullptr ? secret_from_variable(key, name->get())
                         : secret_from_file(key, path->get());
}

std::optional<SecretText> Section::secret_from_variable(std::string_view key,
                                                        const std::string& name) {
  // A secret pasted where the name belongs would be printed with the fault.
  const auto is_name_char = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  constexpr std::size_t name_bytes_max = 64;
  if (name.empty() || name.size() > name_bytes_max || !std::ranges::all_of(name, is_name_char)) {
    fault(key, "env is not the name of an environment variable",
          "use capital letters, digits and _, at most 64, such as GHL_TOKEN");
    return std::nullopt;
  }
  auto value = loading_.environment.variable(name);
  if (!value || value->empty()) {
    fault(key, "the environment variable " + name + (value ? " is empty" : " is not set"),
          "set it before the start, or use { file = \"PATH\" }");
    return std::nullopt;
  }
  loading_.effective.push_back({path_of(key), "***", "environment " + name});
  return value;
}

std::optional<SecretText> Section::secret_from_file(std::string_view key, const std::string& path) {
  const auto full = (std::filesystem::path(loading_.file).parent_path() / path).string();
  auto value = loading_.environment.secret_file(full);
  if (!value) {
    const bool open = value.error().code == "open_to_others";
    fault(key, "the secret file cannot be used, " + value.error().text,
          open ? "give it the mode 0600 (chmod 600) and replace the secret"
               : "check that file names a readable file; relative paths begin at the folder of "
                 "this configuration");
    return std::nullopt;
  }
  if (value->empty()) {
    fault(key, "the secret file is empty", "write the secret into it");
    return std::nullopt;
  }
  loading_.effective.push_back({path_of(key), "***", "file " + full});
  return std::move(value).value();
}

std::vector<std::pair<std::string, std::string>> Section::texts(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto* members = table(key);
  if (members == nullptr)
    return out;
  Section inner(loading_, members, path_of(key));
  for (const auto& name : inner.names())
    out.emplace_back(name, inner.text(name, "", true));
  return out;
}

const toml::table* Section::table(std::string_view key) {
  const auto* found = ask(key);
  if (found != nullptr && found->as_table() == nullptr)
    fault(key, "it is not a table", "write [" + path_of(key) + "] and its keys below");
  return found == nullptr ? nullptr : found->as_table();
}

std::vector<const toml::table*> Section::tables(std::string_view key) {
  std::vector<const toml::table*> out;
  const auto* found = ask(key);
  if (found == nullptr)
    return out;
  const auto* array = found->as_array();
  bool good = array != nullptr;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    out.push_back(array->get(i)->as_table());
    good = out.back() != nullptr;
  }
  if (!good) {
    out.clear();
    fault(key, "it is not a list of tables", "write it in double brackets, such as [[tenants]]");
  }
  return out;
}

std::vector<std::string> Section::names() const {
  std::vector<std::string> out;
  if (table_ != nullptr)
    for (const auto& [name, value] : *table_)
      out.emplace_back(name.str());
  return out;
}

void Section::refuse_unknown_keys() {
  for (const auto& name : names()) {
    if (contains(asked_, name))
      continue;
    const auto meant = nearest(name, asked_);
    fault(name, "there is no such key",
          meant.empty() ? "remove it; docs/configuration.md lists all keys"
                        : "did you mean " + meant + "?");
  }
}

} // namespace tidemark::config
