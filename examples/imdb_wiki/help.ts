/** The help of the age experiment. */
import { BACKENDS } from "../support/backend.ts";
import { CRITERIA } from "./criteria.ts";
import { FULL, type Protocol, QUICK } from "./protocol.ts";

/** A default, and that of `--quick` where it differs. */
function value(name: keyof Protocol): string {
  const [full, quick] = [`${FULL[name]}`, `${QUICK[name]}`];
  return full === quick ? full : `${full}; quick ${quick}`;
}

export const HELP = `Age from a face, by the two stages of Balanced MSE: a ResNet-50 learns by L1;
then its last layer alone is trained anew by each criterion. The data are those of IMDB-WIKI-DIR or
AgeDB-DIR, which you bring, or drawn faces. docs/age.md has the whole.

  deno task imdb-wiki --made --quick          both stages on drawn faces, in minutes
  deno task imdb-wiki --data DIR [flags]      the same command goes on where it was killed

data
  --data DIR            pictures, and imdb_wiki.csv or agedb.csv: age,path,split
  --csv NAME            another name of the CSV in DIR
  --make-split FILE     write that CSV first, from FILE with the columns age,path
  --cap N               ... with at most so many of an age in val, and in test (150, agedb.csv 30;
                        quick ${QUICK.cap})
  --skip-unreadable     leave out pictures that cannot be read; else the first ends the run
  --made                draw faces first (into DIR, or OUT/faces)
  --faces N             ... so many (${value("faces")})
  --quick               ... for a narrow network, small pictures and few epochs

network and pictures
  --size N              pixels a side (${value("size")})
  --width N             channels of the first convolution (${value("width")})
  --blocks A,B,C,D      blocks of the stages (${value("blocks")})
  --padding N           black pixels around a training picture before its crop (${value("padding")})
  --recompute           compute blocks anew in the backward pass: a third of the memory

stage 1: L1, best epoch by validation MAE
  --stage N             1, 2, or both (default both)
  --epochs N            (${value("epochs")})
  --rate X              Adam's (${value("rate")})
  --drops A,B           epochs at which it is multiplied (${value("drops")})
  --drop-factor X       ... by this (${value("dropFactor")})
  --batch N             pictures a step (${value("batch")})
  --micro-batch N       pictures at once (${value("microBatch")})
  --reweight NAME       none, inverse, sqrt-inverse: weigh ages by their rarity (default none)
  --lds                 ... smoothed over neighboring ages
  --fds                 smooth the features' statistics over neighboring ages
  --kernel-size N       of LDS and FDS, in ages (${value("kernelSize")})
  --kernel-sigma X      (${value("kernelSigma")})
  --fds-momentum X      (${value("fdsMomentum")})
  --clip A,B            the counts that inverse weights are held to (${value("clip")})

stage 2: a fresh linear layer, all else frozen; best epoch by validation bMAE
  --from PATH           instead of stage 1: the folder of another run; or a .pth, .safetensors
  --criteria A,B        of ${CRITERIA.map(({ id }) => id).join(", ")} (default all)
  --head-epochs N       (${value("headEpochs")})
  --head-rate X         Adam's (${value("headRate")})
  --head-batch N        features a step; with --augment it is --batch (${value("headBatch")})
  --sigma X             where the noise starts, in years (${value("sigma")})
  --sigma-rate X        its learning rate, in years (${value("sigmaRate")})
  --fixed-sigma         do not learn it
  --components N        of GAI's mixture (${value("components")})
  --select NAME         bmae, mae: what chooses the epoch (default bmae)
  --augment             train on augmented pictures, not on features that are computed once
  --batch-statistics    with --augment: frozen layers normalize by the batch, as the authors' do

run
  --many N              more training pictures make an age many-shot (${value("many")})
  --few N               fewer make it few-shot (${value("few")})
  --seed N              of drawn data, first weights, shuffling and crops (default 0)
  --backend NAME        ${BACKENDS.join(", ")} (default auto)
  --out DIR             the run's folder (default out/imdb-wiki[-made]/seed-N)
  --anew                throw away what DIR holds of a run
  --log FILE            a line an epoch: FILE-vanilla.csv, FILE-gai.csv, ... (.csv, .jsonl)
  --json                one JSON object on standard output instead of the tables
  --help                this text`;
