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

Section::Section(Loading& loading, const toml::table* table, std::string path, std::uint32_t line)
    : loading_(loading), table_(table), path_(std::move(path)), line_(line) {
  if (table != nullptr && table->source().begin.line != 0)
    line_ = table->source().begin.line;
}

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
  return has(key) ? node(key)->source().begin.line : line_;
}

std::string_view Section::written(std::string_view key) const {
  const auto* found = node(key);
  return found == nullptr ? "" : found->value_or(std::string_view());
}

void Section::rename(std::string_view name) {
  path_.replace(path_.rfind('[') + 1, path_.npos, std::string(name) + "]");
}

std::nullopt_t Section::fault(std::string_view key, std::string what, std::string todo) {
  loading_.fault(line_of(key), path_of(key), std::move(what), std::move(todo));
  return std::nullopt;
}

bool Section::check(std::string_view key, bool good, std::string_view what, std::string_view todo) {
  if (!good)
    fault(key, std::string(what), std::string(todo));
  return good;
}

void Section::show(std::string_view key, std::string value) {
  loading_.effective.push_back(
      {path_of(key), std::move(value),
       has(key) ? loading_.file + ":" + std::to_string(line_of(key)) : std::string("default")});
}

std::string Section::text(std::string_view key, std::string_view otherwise, bool required) {
  const auto* found = ask(key);
  const auto* text = found == nullptr ? nullptr : found->as_string();
  const bool good = text != nullptr && !(required && text->get().empty());
  if (found == nullptr)
    check(key, !required, "it is missing", "add " + std::string(key) + " = \"...\"");
  else
    check(key, good, text == nullptr ? "it is not a text" : "it is empty", "write it as \"...\"");
  std::string value(good ? std::string_view(text->get()) : otherwise);
  show(key, value);
  return value;
}

bool Section::boolean(std::string_view key, bool otherwise) {
  const auto* found = ask(key);
  const auto written = found == nullptr ? otherwise : found->value_exact<bool>();
  check(key, written.has_value(), "it is neither true nor false",
        "write true or false, without quotes");
  const bool value = written.value_or(otherwise);
  show(key, value ? "true" : "false");
  return value;
}

std::uint32_t Section::integer(std::string_view key, std::uint32_t otherwise, std::uint32_t least,
                               std::uint32_t most) {
  const auto* found = ask(key);
  const auto* number = found == nullptr ? nullptr : found->as_integer();
  const bool good = number != nullptr && number->get() >= least && number->get() <= most;
  check(key, good || found == nullptr,
        number == nullptr ? "it is not a whole number" : "it is out of range",
        "write a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  const auto value = good ? static_cast<std::uint32_t>(number->get()) : otherwise;
  show(key, std::to_string(value));
  return value;
}

std::vector<std::string> Section::list(std::string_view key,
                                       const std::vector<std::string>& otherwise) {
  const auto* found = ask(key);
  std::vector<std::string> values;
  bool good = true;
  const auto take = [&](const toml::node& entry) {
    const auto* text = entry.as_string();
    good = good && text != nullptr && !text->get().empty();
    if (text != nullptr)
      values.push_back(text->get());
  };
  if (found == nullptr)
    values = otherwise;
  else if (found->is_array())
    for (const auto& entry : *found->as_array())
      take(entry);
  else
    take(*found);
  check(key, good, "it is not a list of texts", "write [\"...\", \"...\"]");
  show(key, joined(values, ", "));
  return values;
}

std::optional<SecretText> Section::secret(std::string_view key, bool required) {
  const auto* found = ask(key);
  if (found == nullptr) {
    check(key, !required, "it is missing", how_to_write_a_secret);
    return std::nullopt;
  }
  const auto* from = found->as_table();
  if (from == nullptr)
    return fault(key, "a secret must not stand in this file",
                 std::string(how_to_write_a_secret)
                     + " and replace the secret, since others may have read it");
  const auto* name = from->get_as<std::string>("env");
  const auto* path = from->get_as<std::string>("file");
  if (from->size() != 1 || (name == nullptr && path == nullptr))
    return fault(key, "it does not say where the secret is", std::string(how_to_write_a_secret));
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
  if (name.empty() || name.size() > name_bytes_max || !std::ranges::all_of(name, is_name_char))
    return fault(key, "env is not the name of an environment variable",
                 "use capital letters, digits and _, at most 64, such as GHL_TOKEN");
  auto value = loading_.environment.variable(name);
  if (!value || value->empty())
    return fault(key, "the environment variable " + name + (value ? " is empty" : " is not set"),
                 "set it before the start, or use { file = \"PATH\" }");
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
  if (value->empty())
    return fault(key, "the secret file is empty", "write the secret into it");
  loading_.effective.push_back({path_of(key), "***", "file " + full});
  return std::move(value).value();
}

std::vector<std::pair<std::string, std::string>> Section::texts(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> out;
  auto inner = at(key);
  for (const auto& name : inner.names())
    out.emplace_back(name, inner.text(name, "", true));
  return out;
}

Section Section::at(std::string_view key) {
  const auto* found = ask(key);
  const auto* table = found == nullptr ? nullptr : found->as_table();
  check(key, found == nullptr || table != nullptr, "it is not a table",
        "write [" + path_of(key) + "] and its keys below");
  return {loading_, table, path_of(key), line_};
}

std::vector<Section> Section::each(std::string_view key) {
  std::vector<Section> out;
  const auto* found = ask(key);
  const auto* array = found == nullptr ? nullptr : found->as_array();
  bool good = found == nullptr || array != nullptr;
  for (std::size_t i = 0; good && array != nullptr && i < array->size(); ++i) {
    const auto* table = array->get(i)->as_table();
    good = table != nullptr;
    out.push_back({loading_, table, path_of(key) + "[" + std::to_string(i + 1) + "]"});
  }
  if (!check(key, good, "it is not a list of tables",
             "write it in double brackets, such as [[tenants]]"))
    out.clear();
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
