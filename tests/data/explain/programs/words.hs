{-# LANGUAGE LambdaCase #-}
module Main (main, count) where

import qualified Data.Map.Strict as M
import Data.Char (isAlpha, toLower)
import System.Environment (getArgs)

data Row = Row { word :: String, times :: !Int } deriving (Show, Eq)

newtype Limit = Limit Int

class Pretty a where
  pretty :: a -> String

instance Pretty Row where
  pretty (Row w n) = w ++ ": " ++ show n

count :: [String] -> M.Map String Int
count = foldr (\w -> M.insertWith (+) w 1) M.empty

best :: Limit -> M.Map String Int -> [Row]
best (Limit n) m
  | n <= 0 = []
  | otherwise = take n [Row w c | (w, c) <- M.toList m, c > 1]

clean :: String -> [String]
clean = words . map toLower . filter keep
  where keep c = isAlpha c || c == ' '

main :: IO ()
main = do
  args <- getArgs
  text <- case args of
    [] -> getContents
    (path : _) -> readFile path
  let rows = best (Limit 10) $ count (clean text)
  mapM_ (putStrLn . pretty) rows
  if null rows then putStrLn "nothing" else return ()
