#include "replay-tools/diagnose/checks.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

Check good(std::string id, std::string found) {
  return {std::move(id), Verdict::pass, std::move(found)};
}

Check access_check(const FolderFacts& facts) {
  if (!facts.ours)
    return {"folder.owner", Verdict::fail, facts.path + " belongs to another user",
            "the service cannot write to it when it runs as this user",
            "run this command as the service's user, or chown the folder"};
  return good("folder.owner", "it belongs to this user");
}

Check end_check(const FolderFacts& facts) {
  if (!facts.acknowledged || !facts.end)
    return {"folder.end", Verdict::unknown, "it cannot be read how far the log reaches"};
  if (*facts.end < *facts.acknowledged)
    return {"folder.end", Verdict::fail,
            fmt::format("the log ends at position {}, but {} was acknowledged", facts.end->value,
                        facts.acknowledged->value),
            "the service refuses to start: acknowledged events are missing",
            "restore the newest backup: tidemark restore"};
  return good("folder.end", fmt::format("it reaches position {}", facts.end->value));
}

Check time_check(const FolderFacts& facts, Timestamp now) {
  if (!facts.newest_at)
    return {"folder.newest_event", Verdict::unknown, "no event can be read"};
  if (*facts.newest_at > now + std::chrono::minutes{5})
    return {"folder.newest_event", Verdict::fail,
            "the newest event is of " + to_rfc3339(*facts.newest_at) + ", which is still to come",
            "what is decided now is dated wrong, for times never go back along the log",
            "set this machine's clock right: timedatectl"};
  return good("folder.newest_event", "the newest event is of " + to_rfc3339(*facts.newest_at));
}

Check sealing_check(const FolderFacts& facts) {
  if (facts.plain_secrets > 0)
    return {"folder.sealed", Verdict::warn,
            fmt::format("{} secret files in keys/ are not sealed", facts.plain_secrets),
            "whoever copies this folder or its disk has the secrets too",
            "tidemark store-key init FILE, then start the service with --store-key FILE"};
  if (facts.rotating || facts.store_keys.size() > 1)
    return {"folder.sealed", Verdict::warn, "a change of the store key did not come to its end",
            "the key before is needed as long as that",
            "tidemark store-key rotate again, or start the service with either key"};
  if (facts.store_keys.empty()) // a report of a version before this check
    return {"folder.sealed", Verdict::unknown, "it cannot be told whether secrets are sealed"};
  return good("folder.sealed", "secrets are sealed (store key " + facts.store_keys.front() + ")");
}

/// The folder itself: whose it is, and who can look into it.
Checks place_checks(const FolderFacts& facts) {
  Checks out{good("folder.exists", facts.path + " is there"), access_check(facts)};
  if ((facts.mode & 077U) == 0)
    out.push_back(good("folder.mode", "nobody else can look into it"));
  else
    out.push_back({"folder.mode", Verdict::fail, fmt::format("its mode is {:o}", facts.mode),
                   "others on this machine can read personal data", "chmod 700 " + facts.path});
  if (facts.writable)
    out.push_back(good("folder.writable", "it can be written to"));
  else
    out.push_back({"folder.writable", Verdict::fail, "it cannot be written to",
                   "no webhook can be taken",
                   "mount its disk for writing, or mend its permissions"});
  return out;
}

} // namespace

Checks folder_checks(const FolderFacts& facts, Timestamp now) {
  Checks out;
  if (!facts.exists) {
    out.push_back({"folder.exists", Verdict::fail, facts.path + " does not exist",
                   "nothing can be taken",
                   "start the service once, or name the folder with --data"});
    return out;
  }
  out = place_checks(facts);
  if (!facts.has_log) {
    out.push_back({"folder.log", Verdict::fail, "there is no log in it",
                   "it is no data folder, or its log is gone",
                   "start the service once; of a folder that had one, restore a backup"});
    return out;
  }
  if (facts.damage.empty())
    out.push_back(good("folder.log", "the log can be opened"));
  else
    out.push_back({"folder.log", Verdict::fail, facts.damage, "the service cannot start",
                   "tidemark verify says where; then tidemark restore"});
  out.push_back(end_check(facts));
  if (facts.chain_broken.empty())
    out.push_back(good("folder.chain", "the newest events are chained"));
  else
    out.push_back({"folder.chain", Verdict::fail, facts.chain_broken,
                   "the log proves nothing any more", "tidemark verify; then tidemark restore"});
  out.push_back(time_check(facts, now));
  if (!facts.has_keys)
    out.push_back({"folder.keys", Verdict::fail, "keys/pepper is missing",
                   "nobody in the log can be found again, the service cannot start",
                   "put keys/ back from where backup keeps it"});
  else
    out.push_back(good("folder.keys", "the key of all keyed hashes is there"));
  if (facts.has_keys)
    out.push_back(sealing_check(facts));
  if (!facts.has_keys || facts.keys_private)
    out.push_back(good("folder.keys_mode", "nobody else can read keys/"));
  else
    out.push_back({"folder.keys_mode", Verdict::fail, "others can read keys/",
                   "the service refuses to start", "chmod -R go= " + facts.path + "/keys"});
  if (!facts.spooled)
    out.push_back({"folder.spool", Verdict::unknown, "opt_outs.spool cannot be read"});
  else if (!*facts.spooled)
    out.push_back(good("folder.spool", "no opt-out waits outside the log"));
  else
    out.push_back({"folder.spool", Verdict::fail,
                   "opt-outs wait in opt_outs.spool that the log could not take",
                   "they are told to nobody before the next start",
                   "make room on the disk and start the service: it takes them first"});
  if (facts.damaged_copies == 0)
    out.push_back(good("folder.damaged_copies", "no damaged log was put aside"));
  else
    out.push_back(
        {"folder.damaged_copies", Verdict::warn,
         fmt::format("{} damaged logs were put aside (log.damaged-N)", facts.damaged_copies),
         "the disk may be failing", "look at the disk (smartctl -a), then remove them"});
  if (!facts.checkpoint_left || facts.backup_runs)
    out.push_back(good("folder.checkpoint", "no backup broke off"));
  else
    out.push_back({"folder.checkpoint", Verdict::warn, "a backup broke off and left checkpoint/",
                   "files that were dropped since still take room",
                   "run the backup again: it removes what was left"});
  return out;
}

Checks backup_checks(const BackupFact& facts, Timestamp now) {
  using namespace std::chrono_literals;
  if (!facts.damage.empty())
    return {{"backup.folder", Verdict::fail, facts.damage, "there is nothing to restore from",
             "tidemark backup " + facts.folder}};
  Checks out{good("backup.folder", facts.folder + " holds backups")};
  if (facts.damaged > 0)
    out.push_back({"backup.whole", Verdict::fail,
                   fmt::format("{} backups are damaged", facts.damaged), "they cannot be restored",
                   "tidemark backups " + facts.folder + " names them; take a new one"});
  else
    out.push_back(good("backup.whole", "every backup has all of its files"));
  const auto age = [&](const std::string& id, const std::optional<Timestamp>& at,
                       const std::string& never, const std::string& last) {
    if (at && now - *at <= 26h)
      return good(id, last + to_rfc3339(*at));
    return Check{id, Verdict::fail, at ? last + to_rfc3339(*at) : never,
                 "what came since is lost with the disk",
                 "tidemark backup " + facts.folder + " --keys FOLDER, each day"};
  };
  out.push_back(
      age("backup.age", facts.newest_at, "there is no backup of this log", "the newest is of "));
  out.push_back(age("backup.checked", facts.checked_at, "none was ever put back to check it",
                    "one was put back and checked on "));
  return out;
}

} // namespace tidemark::tools
