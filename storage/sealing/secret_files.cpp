#include "storage/sealing/secret_files.hpp"

#include "storage/files/files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view pepper_name = "pepper", unfinished_ending = ".new";
constexpr std::string_view next_key = "next-key", previous_key = "previous-key";
constexpr std::string_view secret_folders[] = {"tokens", "credentials", "staged"};

/// The tenant stands before the first full stop, which no name holds.
SealedAs what_is(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos)
    return {name, {}};
  const auto file = name.substr(slash + 1);
  return {name, file.substr(0, file.find('.'))};
}

/// Credentials are only ever written sealed: a plain one was put there by somebody else.
Status check_sealed(const std::string& name, std::string_view bytes) {
  const bool only_sealed = name.starts_with("credentials/") || name.starts_with("staged/");
  if (only_sealed && !is_sealed(bytes))
    return Error{"data_damaged", "keys/" + name
                                     + " is not sealed, so this service has not written it: find "
                                       "out who did, and delete it"};
  return Done{};
}

Error unlistable(const std::string& path, const std::error_code& why) {
  return {"storage_failed", "reading " + path + ": " + why.message()};
}

} // namespace

Result<SecretFiles> SecretFiles::open_in(const std::string& keys, std::optional<StoreKey> key,
                                         bool strict) {
  SecretFiles out(keys, std::make_shared<KeyRing>(std::move(key)));
  TRYV(out.learn_other_key());
  if (strict || !out.key_id().empty()) {
    TRYV(out.check_keys());
  }
  return out;
}

Status SecretFiles::learn_other_key() const {
  for (const auto name : {next_key, previous_key}) {
    TRY(bytes, read_file(path_of(std::string(name))));
    if (!bytes || !ring_->knows(sealed_under(*bytes)))
      continue;
    TRY(text, ring_->open(what_is(name), *bytes));
    TRY(other, StoreKey::read(text.reveal()));
    ring_->add(std::move(other));
  }
  return Done{};
}

Status SecretFiles::check_keys() const {
  TRY(all, names());
  for (const auto& name : all) {
    TRY(bytes, read_file(path_of(name)));
    if (bytes && is_sealed(*bytes) && !ring_->knows(sealed_under(*bytes))) {
      TRYV(ring_->open(what_is(name), *bytes)); // which says what is wrong with the key
    }
  }
  return Done{};
}

Result<std::vector<std::string>> SecretFiles::in(const std::string& folder) const {
  std::vector<std::string> out;
  std::error_code failed;
  const auto path = path_of(folder);
  if (!fs::exists(path, failed))
    return out;
  for (const auto& entry : fs::directory_iterator(path, failed))
    if (const auto name = entry.path().filename().string();
        entry.is_regular_file(failed) && !name.ends_with(unfinished_ending))
      out.push_back(folder + "/" + name);
  if (failed)
    return unlistable(path, failed);
  std::ranges::sort(out);
  return out;
}

Result<std::vector<std::string>> SecretFiles::names() const {
  std::vector<std::string> out;
  std::error_code unseen;
  if (fs::exists(path_of(std::string(pepper_name)), unseen))
    out.emplace_back(pepper_name);
  for (const auto folder : secret_folders) {
    TRY(found, in(std::string(folder)));
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

Result<std::optional<SecretText>> SecretFiles::read(const std::string& name) const {
  const std::lock_guard alone(ring_->writing()); // else its key may be forgotten in between
  const auto path = path_of(name);
  TRY(bytes, read_file(path));
  if (!bytes)
    return std::optional<SecretText>{};
  TRYV(check_private(path));
  TRYV(check_sealed(name, *bytes));
  TRY(plain, ring_->open(what_is(name), *bytes));
  return std::optional(std::move(plain));
}

Result<SecretText> SecretFiles::open(const std::string& name, std::string_view bytes) const {
  return ring_->open(what_is(name), bytes);
}

Status SecretFiles::put(const std::string& name, const SecretText& text) const {
  TRYV(make_folder(keys_, 0700));
  if (const auto slash = name.find('/'); slash != std::string::npos) {
    TRYV(make_folder(path_of(name.substr(0, slash)), 0700));
  }
  return write_file(path_of(name), ring_->seal(what_is(name), text.reveal()), 0600);
}

Status SecretFiles::write(const std::string& name, const SecretText& text) const {
  const std::lock_guard alone(ring_->writing());
  return put(name, text);
}

Status SecretFiles::remove(const std::string& name) const {
  const std::lock_guard alone(ring_->writing());
  return remove_file(path_of(name));
}

Result<SealingState> SecretFiles::state() const {
  SealingState out;
  std::set<std::string> ids;
  TRY(all, names());
  for (const auto& name : all) {
    TRY(bytes, read_file(path_of(name)));
    if (bytes && is_sealed(*bytes))
      ids.insert(sealed_under(*bytes));
    else if (bytes)
      ++out.plain;
  }
  out.key_ids.assign(ids.begin(), ids.end());
  std::error_code unseen;
  out.rotating = fs::exists(path_of(std::string(next_key)), unseen)
                 || fs::exists(path_of(std::string(previous_key)), unseen);
  return out;
}

/// Whole or torn copies beside the files that they should have replaced; they may be plain.
Status SecretFiles::remove_unfinished() const {
  std::vector<std::string> folders{keys_};
  for (const auto folder : secret_folders)
    folders.push_back(path_of(std::string(folder)));
  for (const auto& folder : folders) {
    std::error_code failed;
    if (!fs::exists(folder, failed))
      continue;
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator(folder, failed))
      if (const auto path = entry.path().string(); path.ends_with(unfinished_ending))
        left.push_back(path);
    if (failed)
      return unlistable(folder, failed);
    for (const auto& path : left) {
      TRYV(remove_file(path));
    }
  }
  return Done{};
}

/// False when it is as it shall be already.
Result<bool> SecretFiles::seal(const std::string& name) const {
  const std::lock_guard alone(ring_->writing()); // nobody writes a newer one meanwhile
  const auto path = path_of(name);
  TRY(bytes, read_file(path));
  if (!bytes || (is_sealed(*bytes) && sealed_under(*bytes) == ring_->id()))
    return false;
  TRYV(check_private(path));
  TRYV(check_sealed(name, *bytes));
  TRY(plain, ring_->open(what_is(name), *bytes));
  TRYV(put(name, plain));
  return true;
}

Result<std::size_t> SecretFiles::seal_all() const {
  {
    const std::lock_guard alone(ring_->writing());
    TRYV(remove_unfinished());
  }
  std::size_t count = 0;
  TRY(all, names());
  for (const auto& name : all) {
    TRY(changed, seal(name));
    count += changed ? 1 : 0;
  }
  for (const auto name : {next_key, previous_key}) { // last: nothing needs the other key any more
    TRYV(remove(std::string(name)));
  }
  ring_->forget_others();
  return count;
}

Result<std::size_t> SecretFiles::rotate(StoreKey next) const {
  if (ring_->id().empty())
    return Error{"store_key_missing", "there is no store key that could be changed: start the "
                                      "service with --store-key FILE, which seals everything"};
  if (ring_->id() == next.id())
    return seal_all();
  TRY(before, state());
  if (before.rotating) { // its keys would be written over, and with them the way to what it left
    TRYV(seal_all());
  }
  {
    const std::lock_guard alone(ring_->writing());
    const auto previous = ring_->current_text();
    const KeyRing under_next(next);
    TRYV(write_file(path_of(std::string(previous_key)),
                    under_next.seal(what_is(previous_key), previous.reveal()), 0600));
    TRYV(put(std::string(next_key), next.text()));
    ring_->use(std::move(next));
  }
  return seal_all();
}

} // namespace tidemark::storage
